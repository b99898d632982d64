/** Character sets of Unicode 17.0 below U+20000, frozen so that every implementation computes the same skeleton. Each range is written as its distance from the end of the one before and, after `+`, its length less one, in base 36. */

/** \p{P}. */
export const punctuation: string =
  'x+2 2+5 2+3 b+1 4+1 r+2 2 s 2 10 6 4 b+1 4 4 jj 9 cz+5 16+1 1g 2 3 3 19+1 l+1 2+1 e 2+2 23+3 2v ' +
  '18+d 6i+2 1j+e w 7a+1 b 3x 3d 3e av d a8 2j b+1 4p+e 2 12+3 20 23+4 5+1 34+5 4s h1+8 48 ha 19+1 ' +
  '27+2 20+1 4e+2 2+2 12+a 8q+1 61+1 3l+6 2+5 4h+1 b+6 t+2 3h+3 1o+4 1r+1 1t+7 c n1+n 9+j 2+c 2+b ' +
  'v+1 f+1 hm+3 u+1 u6+d 28+1 w+9 b8+l 1s+3 x+1 l8+3 2+1 35 40+1a 2+v 3+b bo+2 5+9 3+b h d 2r 2j ' +
  'mwz+1 7i+2 2s b 38+5 al+3 2f+1 15+2 2 1e+1 1c 2q+c h+1 3h+3 3j+1 h+1 6y g2b+1 5t+9 n+y 2+d 2 5 ' +
  '2+1 46+2 2+5 2+3 b+1 4+1 r+2 2 s 2 2+6 bf+2 il 1d bj ko 5k w 7l+8 13 35+6 1v+6 2i+3 cy 8v z 3p+4 ' +
  '19+3 5a+6 32+1 2+3 3j+3 1d+1 28+3 5 e 2+2 2h+5 30 8b+1 2+1 37+4 b+1 2 2x 6z+m 2y+2 t+c 25 3n+2 ' +
  '71 7d+2 4c 2l+7 2c+2 2+4 2m+9 60 2o+4 17+1 hy+1 23+c 4w vl+4 29p+1 bjw+1 3q 1u+4 9 fd+2 88+3 94 ' +
  'f5p 5wo+4 29g nz+1'

/** \p{M} without the default ignorables. */
export const marks: string =
  'lc+26 2+v 7o+6 7c+18 2 2+1 2+1 2 21+a 1d+k h 2u+6 3+5 3+1 2+3 10 v+q 2k+a 1n+8 a p+3 2+8 2+2 2+4 ' +
  '18+2 1o+8 17+n 2+w 1j+2 2+h 2+6 b+1 u+2 1l 2+6 3+1 3+2 a b+1 r 3+2 1l 2+4 5+1 3+2 4 v+1 4 c+2 1l ' +
  '2+7 2+2 2+2 l+1 n+5 2+2 1l 2+6 3+1 3+2 8+2 b+1 v 1o+4 4+2 2+3 a 15+4 1k 2+6 2+2 2+3 8+1 c+1 u+2 ' +
  '1l 2+6 2+2 2+3 8+1 c+1 g d+3 1k+1 2+6 2+2 2+3 a b+1 u+2 1z 5+5 2 2+7 j+1 1q 3+6 d+7 2r 3+8 c+6 ' +
  '22+1 s 2 2 5+1 1e+j 2+1 6+a 2+z a 2t+j o+3 5+2 2+2 3+6 4+3 e+b 2 b+3 jk+2 qb+3 t+2 u+1 v+1 1v+t ' +
  'a 4o+1 z 3b+b 5+b 64+4 1m+9 2+s 3 1d+19 3+b l+4 1c+g 13+8 d+2 v+c 1l+d 1d+j 49+2 2+k 5 7 3+2 ' +
  '5j+1r k1+w 2db+2 3y 2p+v ff+5 2y+1 n9x+3 2+9 x+1 29+1 7l 4 5 o+4 5 2c+1 1f+h r+h e 13+7 q+c 19+3 ' +
  '1c+d 11 1w+d d 9+1 1a+2 1f 2+2 3+1 6+1 2 16+4 6+1 6l+7 2+1 fn5 le+f r2 6b 46+4 1af+2 2+1 6+3 ' +
  '15+2 5 4m+1 fy+3 1u+4 8u+1 26+5 1z+a 1e+3 3f+2 1i+e 16 3+1 b+3 1a+a 8 1q+2 11+d h+1 19 d+2 1d+d ' +
  '9+3 2+1 2l+b 7 3 4e+b m+3 1k+1 2+6 3+1 3+2 a b+1 3+6 4+4 1w+8 2 3 2+3 2+4 2 f+1 2b+h o 2a+j 6k+6 ' +
  '3+8 s+1 2b+g 2z+c 2u+e 75+e 6u+5 2+1 3+3 2 2+1 3y+6 3+6 4 t+9 15+6 2+3 9 a+a 1b+f 5j+7 5k+7 2+7 ' +
  '2b+l 2+d 3f+5 4 2+1 2+6 2 1v+4 2+1 2+4 9o+3 a+1 2 1d+6 4+4 o 44m 7+e 8uh+h 1xd+4 1o+6 t5 2+1i ' +
  '8+3 2a c+1 f58+1 3mq+19 3+m f3+4 4+5 9+7 3+6 v+3 45+2 1j0+1i 5+1d 9 f n+4 2+e 11t+6 2+g 3+6 2+1 ' +
  '2+4 2t 4h+6 ag 1q+3 e5+3 73+1 6s 3 8+1 6 d7+6 32+6'

/** \p{Nd}. */
export const digits: string =
  '1c+9 17r+9 3r+9 5j+9 bh+9 3b+9 3b+9 3b+9 3b+9 3b+9 3b+9 3b+9 3b+9 3b+9 2p+9 3b+9 1z+9 7r+9 1z+9 ' +
  '1fr+9 13+9 8d+9 3l+9 4n+9 7+9 53+9 2f+9 3r+9 7+9 r7r+9 iv+9 13+9 5j+9 n+9 2f+9 bb+9 gev+9 13b+9 ' +
  '1on+9 7+9 m5+9 3l+9 1p+9 41+9 7r+9 9j+9 3b+9 af+9 2v+9 7+j 25+9 br+9 2v+9 if+9 2f+9 6v+9 1z+9 ' +
  '1j+9 9z+9 d07+9 1t3+9 2f+9 3r+9 ev+9 iuv+9 251+1d 1tt+9 br+9 dz+9 6w+9 nq+9 3o7+9'

/** Default_Ignorable_Code_Point. */
export const ignorables: string =
  '4t iq jx 283+1 190+1 2e+4 1ks+4 r+4 1e+f 3cl 14f0+f 6o 4h 28+8 119k+3 440+7'
